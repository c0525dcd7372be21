/**
 * Talk the coach keeps out of: pay, hours and conditions at work, unions, health, belief, politics. Decided here, on the
 * device, before anything is sent; the server checks again. A hit means: not analysed, not sent, not highlighted.
 *
 * Salespeople sell to hospitals, unions of credit and governments, and write "it pays off". So a bare word is protected
 * only where it is hardly used otherwise, and the rest need the writer or the employer beside them.
 */

const MINE = "(?:my|our|their|your|his|her|the company'?s|management'?s)";
const PHRASES: readonly string[] = [
  // Pay.
  `${MINE} (?:own )?(?:pay|salary|salaries|wages?|commission(?: plan| rate)?s?|bonus(?:es)?|pay ?check|pension|benefits package)`,
  "(?:pay|salary|wage) (?:rise|raise|cut|freeze|gap|transparency|negotiations?|scale|secrecy)s?",
  "salary", "salaries", "wages?", "underpaid", "unpaid (?:overtime|work|hours|leave)", "equal pay", "minimum wage", "sick pay",
  "severance", "(?:get|got|getting|be|being|are|is) (?:fairly |badly |poorly )?paid (?:less|more|enough|fairly|badly|peanuts)",
  // Hours and conditions.
  `${MINE} (?:working )?(?:hours|shifts?|schedule|rota)`, "overtime", "working (?:hours|conditions|time directive)",
  "workplace (?:safety|bullying|harassment|conditions|grievances?)", "unsafe (?:at work|workplace|working)",
  "(?:hostile|toxic) (?:work|workplace|manager|boss|management|environment)", "sexual harassment", "harass(?:ed|ing|es)? (?:me|us|her|him)",
  "file a grievance", "grievance procedure", "whistle-?blow(?:er|ers|ing)?", "(?:laid|laying) (?:off|us off)", "lay-?offs?",
  "burn(?:ed|t)?[ -]?out", `${MINE} (?:boss|manager) (?:refuses|refused|won'?t|threatened|yells|yelled|shouts|shouted)`,
  // Unions.
  "(?:trade|labou?r) unions?", "union(?:ise|ize|ised|ized|ising|izing|isation|ization)", "our union", "the union", "union (?:rep|vote|drive|members?|dues|card|contract)s?",
  "(?:form|join|joined|start) (?:a|the|our) union", "collective(?:ly)? bargain(?:ing)?", "works council", "(?:go|going|went|be|are|on) (?:on )?strike", "picket(?: lines?|ing)?", "shop steward",
  // Health.
  `${MINE} (?:health|illness|diagnosis|disease|disability|surgery|therapy|therapist|medication|pregnancy|miscarriage|depression|anxiety|cancer|adhd|autism)`,
  "(?:am|are|been|is|was|were|got) diagnosed", "diagnosed with", "mental health", "(?:on )?sick leave", "depression", "panic attacks?", "chemotherapy", "pregnan(?:t|cy)", "miscarriage", "hiv", "suicid(?:e|al)",
  "i (?:am|was|have been|'m) (?:sick|ill|disabled|depressed|in hospital|autistic)",
  // Belief.
  `${MINE} (?:faith|religion|church|mosque|synagogue|temple)`, `(?<!oh )(?:my|our) (?:god|lord)`, "(?:believe|faith|trust) in (?:god|jesus|allah|christ)", "jesus", "allah", "praying (?:for|to)", "(?:christian|muslim|jewish|hindu|buddhist|catholic|atheist)s?", "islam", "judaism", "ramadan", "the bible", "quran",
  // Politics.
  "(?:republican|democrat)s?", "(?:vote|voted|voting|votes) (?:for|against|labour|tory|green|conservative)", "(?:presidential|general|local|parliamentary|midterm) elections?", "election (?:day|campaign|result)s?",
  "(?:left|right)-?wing", "(?:pro|anti)-?(?:abortion|gun|immigration|choice|life)", "abortion", "gun control", "immigration policy", "political part(?:y|ies)", "(?:far|alt)-(?:left|right)", "black lives matter", "trump(?! card| cards)", "biden", "brexit",
];

const PATTERN = new RegExp(`(?<![\\p{L}\\p{N}])(?:${PHRASES.join("|")})(?![\\p{L}\\p{N}])`, "iu");

/** Whether the coach must keep out of this text. */
export function isProtected(text: string): boolean {
  return PATTERN.test(text.replaceAll("\u2019", "'").replaceAll(/\s+/g, " "));
}
