/** The rep's own goals beside the draft. They set them on the page of their week, and nobody else sees them. */
import { render } from "preact";
import { getMessage } from "../shared/messages.js";
import { boolean, type Infer, integer, list, nullable, object, string } from "../shared/validate.js";

const readGoals = object({
  goals: list(object({ label: string, target: integer, value: nullable(integer), is_reached: boolean })),
});
type Goal = Infer<typeof readGoals>["goals"][number];

/** Asks the server again, so that an item that was just counted shows. Without an answer the goals stay as they are. */
export async function showGoals(box: HTMLElement, url: string): Promise<void> {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { goals } = readGoals(await response.json(), "");
    render(goals.length > 0 ? <GoalList goals={goals} /> : null, box);
  } catch {
    // Nothing depends on them.
  }
}

function GoalList({ goals }: { goals: readonly Goal[] }) {
  return (
    <ul class="write-goals" aria-label={getMessage("write_goals")}>
      {goals.map(({ label, target, value, is_reached: isReached }) => (
        <li key={label}>
          <a href="/me/week#goals">{label}</a>
          <meter min={0} max={target} value={Math.min(value ?? 0, target)} aria-hidden="true" />
          <span>
            {getMessage(value === null ? "write_goal_none" : isReached ? "write_goal_reached" : "write_goal_progress", {
              value: value ?? 0,
              target,
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}
