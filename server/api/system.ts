/** How the process itself is, and what it can be asked. */
import { openApiDocument } from "./open-api.ts";
import type { Routes } from "./routes.ts";

export interface SystemParts {
  readonly generation: {
    readonly name: string;
    readonly commit: string;
    readonly tools: () => readonly string[] | Promise<readonly string[]>;
  };
  /** Whether new work is taken. */
  readonly isReady: () => boolean;
  /** What keeps the home from taking new work, such as a full disk. @default it is not asked */
  readonly trouble?: (() => Promise<Trouble | undefined>) | undefined;
  /** How the database is that several machines share. @default there is none */
  readonly database?: (() => Promise<object>) | undefined;
  /** Everything that is counted, in the text format of Prometheus. @default there are no metrics */
  readonly metricsText?: (() => Promise<string>) | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Shown to anyone who asks: no path, no name. */
export interface Trouble {
  /** The system's name of it, such as "ENOSPC". */
  readonly code: string;
  readonly remedy: string;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function systemRoutes(routes: Routes, parts: SystemParts): void {
  const { generation, metricsText, now } = parts;
  const start = now();
  routes.add(
    {
      ...{ method: "get", path: "/health" },
      summary: "That it is alive; to its callers also what it is made of",
      answers: { 200: { description: "How it is.", shape: "health" } },
    },
    async (context) => {
      if (context.get("caller") === undefined) return context.json({ status: "ok" });
      const { name, commit } = generation;
      const uptime_s = Math.round((now() - start) / 1000);
      const tools = await generation.tools();
      const database = await parts.database?.();
      return context.json({ status: "ok", generation: name, commit, uptime_s, tools, database });
    },
  );
  routes.add(
    {
      ...{ method: "get", path: "/ready" },
      summary: "Whether it takes new work",
      answers: {
        200: { description: '{status: "ready"}' },
        503: {
          description:
            '{status: "leaving"}: it is alive, and takes no more. {status: "unwritable", code, remedy}: nothing new can be kept, for example on a full disk.',
        },
      },
    },
    async (context) => {
      // For what puts requests before it.
      if (!parts.isReady()) return context.json({ status: "leaving" }, 503);
      const trouble = await parts.trouble?.();
      if (trouble === undefined) return context.json({ status: "ready" });
      return context.json({ status: "unwritable", ...trouble }, 503);
    },
  );
  routes.add(
    {
      ...{ method: "get", path: "/openapi.json", scope: "read" },
      summary: "This document",
      answers: { 200: { description: "OpenAPI 3.1." } },
    },
    // When it is asked for, every route is there.
    (context) => context.json(openApiDocument(routes.all)),
  );
  if (metricsText === undefined) return;
  routes.add(
    {
      ...{ method: "get", path: "/metrics", scope: "read" },
      summary: "What is counted, for Prometheus",
      answers: { 200: { description: "Prometheus' text format.", type: "text/plain" } },
    },
    async (context) => context.text(await metricsText(), 200, { "content-type": METRICS_TYPE }),
  );
}
