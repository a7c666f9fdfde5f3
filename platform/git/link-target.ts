/** Where the symbolic links of a repository lead. */

/**
 * Whether a link may lead out of the tree that it lies in, decided by its text alone.
 *
 * A target may go up first, at most to the top, and then only down: `..` behind a name would start from wherever that name
 * leads, if it is a link itself. By that rule a chain of links stays inside, too.
 *
 * @param path of the link, relative to the top of the tree.
 * @param target what the link says; of both a text, or one character a byte.
 */
export function leadsOut(path: string, target: string): boolean {
  // A backslash separates names on other systems.
  if (target === "" || target.startsWith("/") || /[\0\\]/.test(target)) return true;
  const steps = target.split("/").filter((step) => step !== "" && step !== ".");
  const firstDown = steps.findIndex((step) => step !== "..");
  const up = firstDown < 0 ? steps.length : firstDown;
  const down = steps.slice(up);
  const depth = path.split("/").length - 1;
  return up > depth || down.includes("..") || down.some((step) => /^\.git$/i.test(step));
}
