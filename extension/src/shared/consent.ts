/**
 * What the rep agreed to. Raised when more is read than before: whoever agreed to less is told and asked again, and until then what was
 * added is not read.
 *
 * 1: posts, comments and the own profile on LinkedIn and X. 2: also articles, and other sites that the rep allows one by one.
 */
export const CONSENT_VERSION = 2;
