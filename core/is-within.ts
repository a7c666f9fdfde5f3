/** Whether a path is that of a folder, or of something below it; both absolute and without a link in them. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
