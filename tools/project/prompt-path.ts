/** How the path of a file stands in a line for a model. */

const PLAIN = /^[\p{L}\p{M}\p{N}_./@+~#$%()[\]=-]+$/u;
/** What ends a line or cannot be seen, and blanks that a model would not repeat as they are. */
const ODD = /[\p{C}\p{Zl}\p{Zp}\u200b]|[^\S ]|\s\s|^\s|\s$/u;
const LONGEST = 240;

/**
 * A path as a model can repeat it to a tool: itself, or in quotes as JSON.
 *
 * @param render makes external text fit for a prompt.
 * @returns `undefined` for one that would not be shown as it is: then no tool could find it.
 */
export function promptPath(path: string, render: (text: string) => string): string | undefined {
  if (path.length > LONGEST || ODD.test(path) || render(path) !== path) return undefined;
  if (PLAIN.test(path)) return path;
  const quoted = JSON.stringify(path);
  // A mark of ours within the quotes does not keep a line from reading like a speaker's.
  return render(quoted) === quoted ? quoted : undefined;
}
