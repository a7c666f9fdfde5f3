import { calc } from "./fares.ts";

export function familyPrice(adults: number, children: number, zones: number): number {
  return adults * calc(zones, false) + children * calc(zones, true);
}
