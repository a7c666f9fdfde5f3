import { calc } from "./fares.ts";

export function display(zones: number): string {
  const prices = [calc(zones, false), calc(zones, true)];
  return prices.map((cents) => (cents / 100).toFixed(2)).join(" / ");
}
