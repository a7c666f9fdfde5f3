import { expect, test } from "bun:test";

const { scripts, engines, ...rest } = await Bun.file("package.json").json();

test("the scripts run what they should", () => {
  const { build, prepublish, ...others } = scripts;
  expect(others).toEqual({ test: "node --test" });
  expect(build).toMatch(/^node (\.\/)?scripts\/build(\.js)?$/);
  expect(prepublish).toMatch(
    /^(npm (run )?test|npm t|node --test|node --run test) && (npm run build|node --run build|node (\.\/)?scripts\/build(\.js)?)$/,
  );
});

test("Node 20 or newer is asked for, and the rest is as it was", () => {
  expect(Object.keys(engines)).toEqual(["node"]);
  expect(engines.node.replaceAll(" ", "")).toMatch(/^>=20(\.0){0,2}$|^>=20\.x(\.x)?$/);
  expect(rest).toEqual({
    ...{ name: "colour-names", version: "1.4.0", type: "module" },
    ...{ description: "Names of colours", files: ["dist"] },
  });
});
