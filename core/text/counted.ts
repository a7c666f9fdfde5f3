/** A number with what it counts, for a person: "1 tool", "1,204 tools". @param noun takes an s in the plural. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
