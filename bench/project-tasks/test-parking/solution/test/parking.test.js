import assert from "node:assert/strict";
import test from "node:test";
import { parkingPrice } from "../src/parking.js";

test("the first half hour is free", () => {
  assert.equal(parkingPrice(0), 0);
  assert.equal(parkingPrice(30), 0);
});

test("an hour that has begun is paid", () => {
  assert.equal(parkingPrice(31), 200);
  assert.equal(parkingPrice(90), 200);
  assert.equal(parkingPrice(91), 400);
});

test("a day has a largest price", () => {
  assert.equal(parkingPrice(1440), 1600);
});
