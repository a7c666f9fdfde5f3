import { expect, test } from "bun:test";
import { Opening } from "./opening.ts";

test("is opened once, by its first use, however many come at once", async () => {
  let times = 0;
  const opening = new Opening(async () => {
    times += 1;
    return await Promise.resolve({ times });
  });
  expect(times).toBe(0);
  const [one, two] = await Promise.all([opening.value(), opening.value()]);
  expect(one).toBe(two);
  expect(await opening.value()).toBe(one);
  expect(times).toBe(1);
});

test("what could not be opened fails all that wait, and is opened anew by the next use", async () => {
  let times = 0;
  const opening = new Opening(async () => {
    times += 1;
    if (times === 1) throw new Error("not yet");
    return await Promise.resolve(times);
  });
  const ended = await Promise.allSettled([opening.value(), opening.value()]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await opening.value()).toBe(2);
});

test("those that all failed and come again at once open it once more", async () => {
  let times = 0;
  const opening = new Opening(async () => {
    times += 1;
    if (times === 1) throw new Error("not yet");
    return await Promise.resolve(times);
  });
  const again = async (): Promise<number> =>
    await opening.value().catch(async () => await opening.value());
  expect(await Promise.all([again(), again(), again()])).toEqual([2, 2, 2]);
});
