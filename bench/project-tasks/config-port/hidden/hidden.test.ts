import { expect, test } from "bun:test";
import { YAML } from "bun";
import { portOf } from "./server.ts";

test("only what was asked for is different", async () => {
  const { services, volumes, ...others } = YAML.parse(await Bun.file("compose.yaml").text());
  const { ports, ...web } = services.web;
  expect(ports.map(String)).toEqual(["9090:8080"]);
  expect(web).toEqual({
    image: "guestbook:2",
    environment: { PORT: "8080", DATABASE: "postgres://db:5432/guests" },
    mem_limit: "256m",
  });
  expect(services.db).toEqual({
    image: "postgres:16",
    mem_limit: "512m",
    volumes: ["guests:/var/lib/postgresql/data"],
  });
  expect([Object.keys(services), Object.keys(volumes), others]).toEqual([
    ["web", "db"],
    ["guests"],
    {},
  ]);
});

test("the README names the new port, and the program is as it was", async () => {
  const readme = await Bun.file("README.md").text();
  expect([readme.includes("localhost:9090"), readme.includes("localhost:8080")]).toEqual([true, false]);
  expect([portOf({}), portOf({ PORT: "81" })]).toEqual([8080, 81]);
});
