/** The tips that the rep left in post after post, in the worker's store. */
import { SeenTips } from "../shared/seen.js";
import * as store from "./store.js";

export const seenTips = new SeenTips(store);
