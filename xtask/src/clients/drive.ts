// Makes, lists, walks through and deletes things with a client whose types an ordinary generator made from the OpenAPI
// document: ADDRESS in the environment is the service's, KEY a key that may do everything. It knows the client alone, and
// ends with status 1 at the first answer that is not what it should be. That it compiles is half of what it shows.

import { deepStrictEqual, ok } from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Organization = components["schemas"]["Organization"];
type Refusal = components["schemas"]["ErrorEnvelope"] | components["schemas"]["Problem"];
type ErrorCode = components["schemas"]["ErrorCode"];

const client = createClient<paths>({
  baseUrl: process.env["ADDRESS"] ?? "",
  headers: { Authorization: `Bearer ${process.env["KEY"] ?? ""}` },
});

/** What was answered, which must be a success. */
function value<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

/** The code and the parameter of a refusal, which this must be, in the form that is given to who asks for no other. */
function refusal(answer: { error?: Refusal | undefined }): [ErrorCode, string | null] {
  ok(answer.error !== undefined && "error" in answer.error, "it should have been refused");
  return [answer.error.error.code, answer.error.error.param];
}

async function create(number: number): Promise<Organization> {
  const body = { slug: `ts-${number}`, name: `Typed ${number}`, metadata: { number: `${number}` } };
  return value(await client.POST("/admin/v1/organizations", { body }));
}

/** All that a word finds, in pages of two. */
async function walk(q: string): Promise<Organization[]> {
  const rows: Organization[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { q, limit: 2 } : { q, limit: 2, cursor };
    const page = value(await client.GET("/admin/v1/organizations", { params: { query } }));
    rows.push(...page.data);
    cursor = page.pagination.next_cursor;
  } while (cursor !== undefined);
  return rows;
}

const made: Organization[] = [];
for (const number of [0, 1, 2, 3, 4]) {
  made.unshift(await create(number));
}
deepStrictEqual(await walk("typed"), made);

const params = { path: { slug: "ts-0" } };
const taken = await client.POST("/admin/v1/organizations", { body: { slug: "ts-0", name: "Twin" } });
deepStrictEqual(refusal(taken), ["conflict", "slug"]);

const read = await client.GET("/admin/v1/organizations/{slug}", { params });
const etag = read.response.headers.get("etag") ?? "";
const body = { name: "Renamed", metadata: { number: null, stage: "production" } };
const change = { params: { ...params, header: { "If-Match": etag } }, body };
const renamed = value(await client.PATCH("/admin/v1/organizations/{slug}", change));
deepStrictEqual([renamed.name, renamed.metadata], ["Renamed", { stage: "production" }]);
deepStrictEqual(refusal(await client.PATCH("/admin/v1/organizations/{slug}", change))[0], "precondition_failed");

for (const { id } of made) {
  value(await client.DELETE("/admin/v1/organizations/{slug}", { params: { path: { slug: id } } }));
}
deepStrictEqual(await walk("typed"), []);
const gone = await client.GET("/admin/v1/organizations/{slug}", { params });
deepStrictEqual(refusal(gone), ["not_found", null]);
console.log("a typed client made, found, changed and deleted organizations");
