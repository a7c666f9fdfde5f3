import { headOf } from "./head.ts";

/** As many characters of what a user wrote identify the word. */
const MOST = 80;

/** What a user wrote, as the message of an error repeats it: in quotes, and not all of a long text. */
export function echoed(text: string): string {
  return `"${headOf(text, MOST)}"`;
}
