import { parkingPrice } from "./parking.js";

export function receipt(minutes) {
  return `${minutes} min: ${(parkingPrice(minutes) / 100).toFixed(2)}`;
}
