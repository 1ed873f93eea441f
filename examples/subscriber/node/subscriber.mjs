// Takes the events of a subscription: each has its effect exactly once, whatever restarts.
//
//   npm install && node subscriber.mjs amqp://subscriber.tax:…@broker:5672/ subscriber.tax events.jsonl
//
// The effect is one line that also holds the event's id: appended and synced before the message is acknowledged.
// A crash between the two brings the event again, and its id is known already. A line that a crash cut short is
// dropped at the start; its event comes again.
import { existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import amqp from "amqplib";

const [uri, queue, path] = process.argv.slice(2);

function opened() {
  const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = text.lastIndexOf(10) + 1;
  if (whole < text.length) truncateSync(path, whole);
  const lines = text.subarray(0, whole).toString().split("\n").filter(Boolean);
  return { seen: new Set(lines.map((line) => JSON.parse(line).id)), file: openSync(path, "a") };
}

function take({ seen, file }, event) {
  if (typeof event.id !== "string") throw new TypeError("not an event");
  if (seen.has(event.id)) return;
  writeSync(file, JSON.stringify(event) + "\n");
  fsyncSync(file);
  seen.add(event.id);
}

async function session(store) {
  const connection = await amqp.connect(`${uri}?heartbeat=15`);
  connection.on("error", () => {});
  const closed = new Promise((resolve) => connection.on("close", resolve));
  const channel = await connection.createChannel();
  await channel.prefetch(1);
  await channel.consume(queue, (message) => {
    if (message === null) return connection.close();
    try {
      take(store, JSON.parse(message.content.toString()));
      channel.ack(message);
    } catch (error) {
      channel.reject(message, false); // to the dead letters
    }
  });
  await closed;
}

const store = opened();
for (;;) {
  await session(store).catch((error) => console.error("connecting again:", error.message));
  await sleep(2000);
}
