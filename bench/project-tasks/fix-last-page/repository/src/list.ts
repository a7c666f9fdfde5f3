import { page } from "./pages.ts";

export function listText(names: readonly string[], number: number, size: number): string {
  const { items, of } = page(names, number, size);
  return [...items.map((name) => `- ${name}`), `page ${number} of ${of}`].join("\n");
}
