import { afterEach, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";
import { untilAborted } from "#test/local-jobs.ts";

let home: DashboardHome;
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const HOSTILE = `<img src=x onerror=alert(1)> \u202Egnp.exe ${"long ".repeat(5000)}`;

test("a job is listed, and its page shows the error, the work and the trace as text", async () => {
  home = await dashboardHome(async ({ note }) => {
    await note({ said: HOSTILE.slice(0, 500) });
    throw new OrgError(HOSTILE, { code: "MODEL_MISSING", remedies: [] });
  });
  const { id } = await home.jobs.jobs.submit({
    ...{ work: { kind: "goal", text: HOSTILE }, maxAttempts: 1, requestId: "job_1" },
  });
  await home.jobs.trace(id);
  for (const path of ["/ui/jobs", "/ui/jobs?state=dead", "/ui/jobs/job_1", "/ui/goals"]) {
    const page = await home.page(path);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).not.toContain("<img");
    expect(page).not.toContain("\u202E");
    expect(page.length).toBeLessThan(200_000);
  }
  const page = await home.page("/ui/jobs/job_1");
  expect(page).toContain("characters more are left out");
  expect(page).toContain('<span class="badge bad">dead</span>');
});

test("a dead job begins again, and nothing else does", async () => {
  const answers = [
    () => Promise.reject(new OrgError("No model", { code: "MODEL_MISSING", remedies: [] })),
    () => Promise.resolve("It is done."),
  ];
  home = await dashboardHome(async () => (await answers.shift()?.()) ?? null);
  await home.jobs.put("job_1", { maxAttempts: 1 });
  await home.jobs.trace("job_1");
  expect(await home.page("/ui/jobs/job_1")).toContain("Begin again");
  expect(await home.submit("/ui/jobs/job_1/requeue")).toBe("/ui/jobs/job_1");
  expect(await home.page("/ui/jobs/job_1")).toContain("job_1 begins again.");
  await home.jobs.trace("job_1");
  expect(await home.page("/ui/jobs/job_1")).toContain("It is done.");
  expect(await home.submit("/ui/jobs/job_1/requeue")).toBe(409);
  expect(await home.submit("/ui/jobs/none/requeue")).toBe(404);
});

test("a running job is cancelled after a page that asks", async () => {
  home = await dashboardHome(async ({ signal }) => await untilAborted(signal));
  await home.jobs.put("job_1");
  const question = await home.page("/ui/jobs/job_1/cancel");
  expect(question).toContain("Cancel job_1?");
  expect(question).toContain("org jobs cancel job_1");
  expect((await home.jobs.jobs.get("job_1")).state).not.toBe("cancelled");
  expect(await home.submit("/ui/jobs/job_1/cancel")).toBe("/ui/jobs/job_1");
  expect((await home.jobs.jobs.get("job_1")).state).toBe("cancelled");
  expect(await home.page("/ui/jobs/job_1")).not.toContain("Cancel…");
  expect(await home.submit("/ui/jobs/job_1/cancel")).toBe(409);
});

test("lists and traces are read page by page, from the newest to the oldest and back", async () => {
  home = await dashboardHome(async ({ note }) => {
    for (let step = 0; step < 130; step += 1) await note({ step });
    return null;
  });
  for (let number = 1; number <= 60; number += 1) {
    await home.jobs.jobs.submit({
      ...{ work: { kind: "goal", text: `Number ${number}.` }, requestId: `job_${number}` },
      delayMs: 3_600_000,
    });
  }
  const first = await home.page("/ui/jobs");
  expect(first).toContain("Number 60.");
  expect(first).not.toContain("Number 10.");
  const older = /href="(\/ui\/jobs\?after=[^"]+)">← Older/.exec(first)?.[1] ?? "";
  const second = await home.page(older.replaceAll("&amp;", "&"));
  expect(second).toContain("Number 10.");
  expect(second).toContain('href="/ui/jobs">Newer');
  expect((await home.visitor.get("/ui/jobs?after=nothing")).status).toBe(400);

  await home.jobs.put("job_long");
  await home.jobs.trace("job_long");
  const last = await home.page("/ui/jobs/job_long");
  expect(last).toContain("34 to 133 of 133");
  expect(await home.page("/ui/jobs/job_long?from=1")).toContain("1 to 100 of 133");
  // What could not be meant is the newest page.
  expect(await home.page("/ui/jobs/job_long?from=-7")).toContain("34 to 133 of 133");
});

test("an unknown job is an error that says what to do", async () => {
  home = await dashboardHome();
  const answer = await home.visitor.get("/ui/jobs/none");
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain("JOB_UNKNOWN");
});
