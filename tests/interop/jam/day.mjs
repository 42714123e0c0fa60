// A day's work by jmap-jam: `node day.mjs http://host:port`, and on standard input a JSON array of two agents'
// [address, password]. Ends with 0 when every step did what RFC 8620 and 8621 say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import JamClient from "jmap-jam";

const SECONDS = 30;
const BLOB = "urn:ietf:params:jmap:blob";
const FILE = Buffer.from("Nom;Note\r\nZoé;18\r\n".repeat(400));

// jmap-jam signs in by bearer tokens only; here it is by password. It takes the global fetch.
const fetchAsItIs = globalThis.fetch;
const signedInAs = new Map();
globalThis.fetch = (url, init = {}) => {
  const headers = new Headers(init.headers);
  const basic = signedInAs.get(headers.get("Authorization"));
  if (basic) headers.set("Authorization", basic);
  return fetchAsItIs(url, { ...init, headers });
};

async function until(ask) {
  for (const end = Date.now() + SECONDS * 1000; ; await pause(100)) {
    const answer = await ask();
    if (answer) return answer;
    assert(Date.now() < end, "it did not come");
  }
}

class Agent {
  static async signIn(base, [address, password]) {
    const agent = new Agent();
    agent.address = address;
    signedInAs.set(`Bearer ${address}`, `Basic ${Buffer.from(`${address}:${password}`).toString("base64")}`);
    agent.jam = new JamClient({
      sessionUrl: `${base}/.well-known/jmap`,
      bearerToken: address,
      customCapabilities: { Blob: BLOB },
    });
    agent.accountId = await agent.jam.getPrimaryAccount();
    // Mail hears of a new account within seconds.
    const [{ list }] = await until(() => agent.call("Mailbox/get", { ids: null }).catch(() => null));
    agent.boxes = Object.fromEntries(list.filter((box) => box.role).map((box) => [box.role, box.id]));
    return agent;
  }

  call(name, args, options) {
    return this.jam.request([name, { accountId: this.accountId, ...args }], options);
  }

  async get(type, id, properties = null) {
    const [{ list }] = await this.call(`${type}/get`, { ids: [id], properties });
    return list[0];
  }

  async refused(name, args) {
    return this.call(name, args).then(
      () => assert.fail(`${name} was not refused`),
      (error) => error.type,
    );
  }

  // The state changes of the event source (RFC 8620 §7.3), which ends after `wanted` was told.
  async toldOf(wanted) {
    const { eventSourceUrl } = await this.jam.session;
    const url = eventSourceUrl.replace("{types}", wanted).replace("{closeafter}", "no").replace("{ping}", "5");
    const ending = new AbortController();
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${this.address}`, Accept: "text/event-stream" },
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(SECONDS * 1000)]),
    });
    assert.equal(answer.headers.get("Content-Type").split(";")[0], "text/event-stream");
    const told = (async () => {
      let text = "";
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const state = text.match(/event: state\ndata: (.*)\n\n/) ?? text.match(/data: (.*)\nevent: state\n\n/);
        if (state) return JSON.parse(state[1]);
      }
      return assert.fail("the event source ended");
    })();
    return { told, end: () => ending.abort() };
  }
}

async function makeFolders(agent) {
  const { jam, accountId } = agent;
  const [made, meta] = await jam.api.Mailbox.set({
    accountId,
    create: { inner: { name: "5e A", parentId: "#outer" }, outer: { name: "Classes" } },
  });
  assert.equal(meta.sessionState, (await jam.session).state);
  const inner = await agent.get("Mailbox", made.created.inner.id);
  assert.equal(inner.parentId, made.created.outer.id);
  assert.equal(inner.myRights.mayDelete, true);
  const [renamed] = await jam.api.Mailbox.set({ accountId, update: { [inner.id]: { name: "5e B" } } });
  assert.deepEqual(renamed.updated, { [inner.id]: null });
  return inner.id;
}

async function send(agent, to) {
  const { jam, accountId, boxes } = agent;
  const blob = await jam.uploadBlob(accountId, FILE, {
    headers: { Authorization: `Bearer ${agent.address}`, "Content-Type": "text/csv" },
  });
  assert.equal(blob.size, FILE.length);
  const [{ list: identities }] = await agent.call("Identity/get", { ids: null });
  const { told, end } = await to.toldOf("EmailDelivery");
  const draft = {
    mailboxIds: { [boxes.drafts]: true },
    keywords: { $draft: true },
    from: [{ name: "Léa", email: agent.address }],
    to: [{ name: "Noé", email: to.address }],
    subject: "Sortie au théâtre",
    "header:X-Salle:asText": "amphithéâtre",
    textBody: [{ partId: "t", type: "text/plain" }],
    bodyValues: { t: { value: "Rendez-vous à huit heures.\n" } },
    attachments: [{ blobId: blob.blobId, type: "text/csv", name: "élèves.csv" }],
  };
  const [answers] = await jam.requestMany((t) => ({
    made: t.Email.set({ accountId, create: { d: draft } }),
    sent: t.EmailSubmission.set({
      accountId,
      create: { s: { emailId: "#d", identityId: identities[0].id } },
      onSuccessUpdateEmail: {
        "#s": { [`mailboxIds/${boxes.drafts}`]: null, [`mailboxIds/${boxes.sent}`]: true, "keywords/$draft": null },
      },
    }),
  }));
  assert.deepEqual(Object.keys(answers).sort(), ["made", "sent"]);
  const change = await told;
  end();
  assert.equal(change["@type"], "StateChange");
  assert.deepEqual(Object.keys(change.changed[to.accountId]), ["EmailDelivery"]);
}

async function read(agent) {
  const { jam, accountId, boxes } = agent;
  const look = async () => {
    const [answers] = await jam.requestMany((t) => {
      const found = t.Email.query({
        accountId,
        filter: { operator: "AND", conditions: [{ inMailbox: boxes.inbox }, { notKeyword: "$seen" }] },
        sort: [{ property: "receivedAt", isAscending: false }],
        collapseThreads: true,
        calculateTotal: true,
        limit: 10,
      });
      const threads = t.Email.get({ accountId, ids: found.$ref("/ids"), properties: ["threadId"] });
      const emails = t.Thread.get({ accountId, ids: threads.$ref("/list/*/threadId") });
      const shown = t.Email.get({
        accountId,
        ids: emails.$ref("/list/*/emailIds"),
        properties: ["subject", "from", "textBody", "bodyValues", "attachments", "header:X-Salle:asText", "threadId"],
        fetchTextBodyValues: true,
      });
      return { found, threads, emails, shown };
    });
    return answers.found.total ? answers : null;
  };
  const { found, shown } = await until(look);
  assert.equal(found.total, 1);
  const [email] = shown.list;
  assert.equal(email.subject, "Sortie au théâtre");
  assert.equal(email["header:X-Salle:asText"], "amphithéâtre");
  assert.equal(email.bodyValues[email.textBody[0].partId].value.trim(), "Rendez-vous à huit heures.");
  const [{ blobId, name, type }] = email.attachments;
  const file = await jam.downloadBlob({ accountId, blobId, mimeType: type, fileName: encodeURIComponent(name) });
  assert.equal(file.headers.get("Content-Type").split(";")[0], "text/csv");
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), FILE);
  return email;
}

async function fileAway(agent, email, folder) {
  const [{ state }] = await agent.call("Email/get", { ids: [] });
  const [set] = await agent.call("Email/set", {
    ifInState: state,
    update: { [email.id]: { "keywords/$seen": true, "keywords/$flagged": true, mailboxIds: { [folder]: true } } },
  });
  assert.equal(set.oldState, state);
  const [changes] = await agent.call("Email/changes", { sinceState: state });
  assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [email.id], []]);
  assert.equal(changes.newState, set.newState);
  assert.equal(await agent.refused("Email/set", { ifInState: state, destroy: [] }), "stateMismatch");
  const box = await agent.get("Mailbox", folder);
  assert.deepEqual([box.totalEmails, box.unreadEmails], [1, 0]);
}

async function search(agent, email) {
  const filter = { text: "rendez-vous theatre" };
  const found = async () => {
    const [answers] = await agent.jam.requestMany((t) => {
      const query = t.Email.query({ accountId: agent.accountId, filter });
      const snippets = t.SearchSnippet.get({ accountId: agent.accountId, filter, emailIds: query.$ref("/ids") });
      return { query, snippets };
    });
    return answers.query.ids.includes(email.id) ? answers : null;
  };
  const { snippets } = await until(found);
  assert.match(snippets.list.find((one) => one.emailId === email.id).subject, /<mark>théâtre<\/mark>/);
}

async function lookIntoBlobs(agent, email) {
  const { blobId } = await agent.get("Email", email.id, ["blobId"]);
  const [parsed] = await agent.call("Email/parse", { blobIds: [blobId], properties: ["subject"] });
  assert.deepEqual(parsed.parsed, { [blobId]: { subject: "Sortie au théâtre" } });
  const [answers, { createdIds }] = await agent.jam.requestMany(
    (t) => ({
      made: t.Blob.upload({ accountId: agent.accountId, create: { m: { data: [{ "data:asBase64": "U3ViamVjdDogeA0KDQp5" }] } } }),
      imported: t.Email.import({
        accountId: agent.accountId,
        emails: { k: { blobId: "#m", mailboxIds: { [agent.boxes.archive]: true } } },
      }),
      held: t.Blob.lookup({ accountId: agent.accountId, typeNames: ["Email"], ids: [blobId] }),
    }),
    { createdIds: {} },
  );
  assert.equal(createdIds.m, answers.made.created.m.id);
  assert.equal(createdIds.k, answers.imported.created.k.id);
  assert.deepEqual(answers.held.list[0].matchedIds, { Email: [email.id] });
}

async function cleanUp(agent, email, folder) {
  assert.equal(await agent.refused("Email/get", { ids: [], properties: ["colour"] }), "invalidArguments");
  const [refused] = await agent.call("Mailbox/set", { destroy: [folder] });
  assert.equal(refused.notDestroyed[folder].type, "mailboxHasEmail");
  const [destroyed] = await agent.call("Email/set", { destroy: [email.id] });
  assert.deepEqual(destroyed.destroyed, [email.id]);
  const [gone] = await agent.call("Mailbox/set", { destroy: [folder] });
  assert.deepEqual(gone.destroyed, [folder]);
  const problem = await agent.call("Email/get", { ids: [] }, { using: ["urn:none"] }).catch((error) => error);
  assert(JamClient.isProblemDetails(problem));
  assert.equal(problem.type, "urn:ietf:params:jmap:error:unknownCapability");
}

const base = process.argv[2];
const credentials = JSON.parse(readFileSync(0, "utf8"));
const [lea, noe] = await Promise.all(credentials.map((one) => Agent.signIn(base, one)));
const folder = await makeFolders(noe);
await send(lea, noe);
const email = await read(noe);
await search(noe, email);
await fileAway(noe, email, folder);
await lookIntoBlobs(noe, email);
await cleanUp(noe, email, folder);
