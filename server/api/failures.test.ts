import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { asked, testGeneration } from "#test/generation-fixture.ts";

test("what goes wrong here is not told to the caller", async () => {
  const broken = await testGeneration({
    tools: {
      list: () => Promise.reject(new Error("/secret/path is gone")),
      search: () =>
        Promise.reject(
          new OrgError("Could not write /secret/path", { code: "FILE_FAILED", remedies: [] }),
        ),
      call: () => Promise.reject(new Error("no")),
    },
  });
  await using _broken = broken;
  for (const path of ["/v1/tools", "/v1/tools/search?q=x"]) {
    const response = await asked(`${broken.url}${path}`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
  }
  expect(broken.reported).toHaveLength(2);
});
