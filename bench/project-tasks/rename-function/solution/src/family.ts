import { ticketPrice } from "./fares.ts";

export function familyPrice(adults: number, children: number, zones: number): number {
  return adults * ticketPrice(zones, false) + children * ticketPrice(zones, true);
}
