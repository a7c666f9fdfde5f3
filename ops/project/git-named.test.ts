import { expect, test } from "bun:test";
import { ProjectRepository } from "#test/project-repository.ts";
import { namedByGit } from "./git-named.ts";

test.each([
  ["core.hooksPath", "hooks", "hooks/post-merge"],
  ["core.hooksPath", "tools/hooks/", "tools/hooks/pre-commit"],
  ["include.path", "../dir/git.conf", "dir/git.conf"],
  ["includeIf.onbranch:main.path", "../dir/git.conf", "dir/git.conf"],
  ["core.fsmonitor", "tools/watch.sh", "tools/watch.sh"],
  ["core.attributesFile", "attributes", "attributes"],
  ["filter.x.clean", "python3 tools/clean.py %f", "tools/clean.py"],
  ["alias.check", "!sh './tools/check it'; tools/check.sh", "tools/check.sh"],
  ["credential.helper", "!./helper", "helper"],
  ["diff.external", "ROOT/tools/diff", "tools/diff"],
])("a file that %s names by %j is found: %s", async (key, value, path) => {
  using user = new ProjectRepository();
  user.git("config", key, value.replace("ROOT", user.root));
  const { signal } = new AbortController();
  const found = await namedByGit(user.root, ["src/a.ts", path, `${path}.md`], signal);
  expect(found.map((one) => [one.path, one.key.toLowerCase()])).toContainEqual([
    path,
    key.toLowerCase(),
  ]);
  expect(found.map((one) => one.path)).not.toContain("src/a.ts");
});

test("options, branches and addresses name no file", async () => {
  using user = new ProjectRepository();
  user.git("remote", "add", "origin", "https://example.invalid/src/a.ts.git");
  user.git("config", "alias.t", "test");
  user.git("config", "pull.rebase", "true");
  const { signal } = new AbortController();
  const paths = ["src/a.ts", "test/a.test.ts", "main/b.ts", "heads/x"];
  expect(await namedByGit(user.root, paths, signal)).toEqual([]);
});
