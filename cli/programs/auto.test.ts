import { expect, test } from "bun:test";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("autonomy is switched on and off for a home, and its state is shown", async () => {
  await using home = await testHome();
  const state = async () => JSON.parse((await runCommand(home, "auto", "--json")).stdout).state;
  expect(await state()).toBe("disabled");
  expect(await runCommand(home, "auto", "on")).toMatchObject({ code: 0 });
  expect(await state()).toBe("on");
  expect(await runCommand(home, "auto", "off")).toMatchObject({
    ...{ code: 0, stdout: "autonomy is off; nothing was running\n" },
  });
  const { stdout } = await runCommand(home, "auto");
  expect(stdout).toContain("today: 0 of ");
  expect(stdout).toContain("may call: ");
});

test("a burst is begun by its id alone", async () => {
  await using home = await testHome();
  await expect(runCommand(home, "auto", "burst")).rejects.toMatchObject({ code: "USAGE" });
  await expect(runCommand(home, "auto", "status", "x")).rejects.toMatchObject({ code: "USAGE" });
});
