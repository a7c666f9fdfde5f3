import { ticketPrice } from "./fares.ts";

export function display(zones: number): string {
  const prices = [ticketPrice(zones, false), ticketPrice(zones, true)];
  return prices.map((cents) => (cents / 100).toFixed(2)).join(" / ");
}
