// Microsoft's clients of the storage services without a key, at the address in STORAGE. Prints a line for each thing that went well.
const { BlobServiceClient, AnonymousCredential } = require("@azure/storage-blob");
const { QueueServiceClient, AnonymousCredential: Nobody } = require("@azure/storage-queue");
const { TableClient, TableServiceClient } = require("@azure/data-tables");
const assert = require("node:assert");

const at = process.env.STORAGE;

async function blobs() {
  const container = new BlobServiceClient(at + "/blob", new AnonymousCredential()).getContainerClient("sdk");
  await container.create();
  const large = Buffer.alloc(9 * 1024 * 1024, "0123456789");
  const blob = container.getBlockBlobClient("a folder/large +ü%.bin");
  await blob.uploadData(large, { blockSize: 4 * 1024 * 1024, maxSingleShotSize: 1024 * 1024, metadata: { one: "1", a_b: "2" } });
  assert.ok(large.equals(await blob.downloadToBuffer()));
  assert.strictEqual((await blob.getProperties()).metadata.a_b, "2");
  const names = [];
  for await (const each of container.listBlobsFlat({ prefix: "a folder/" })) names.push(each.name);
  assert.deepStrictEqual(names, ["a folder/large +ü%.bin"]);
  const copy = container.getBlobClient("copy");
  await (await copy.beginCopyFromURL(blob.url)).pollUntilDone();
  assert.ok(large.equals(await copy.downloadToBuffer()));
  await assert.rejects(container.setAccessPolicy("blob"), (e) => e.statusCode === 403 && e.code === "AuthorizationPermissionMismatch");
  await container.delete();
  console.log("blobs");
}

async function queues() {
  const queue = new QueueServiceClient(at + "/queue", new Nobody()).getQueueClient("sdk");
  await queue.create();
  await queue.sendMessage("hello");
  assert.strictEqual((await queue.peekMessages()).peekedMessageItems[0].messageText, "hello");
  const [taken] = (await queue.receiveMessages()).receivedMessageItems;
  await queue.deleteMessage(taken.messageId, taken.popReceipt);
  await queue.delete();
  console.log("queues");
}

async function tables() {
  const insecure = { allowInsecureConnection: true };
  await new TableServiceClient(at + "/table", insecure).createTable("sdk");
  const table = new TableClient(at + "/table", "sdk", insecure);
  await table.createEntity({ partitionKey: "p", rowKey: "it's", n: 1 });
  await table.updateEntity({ partitionKey: "p", rowKey: "it's", m: 2 }, "Merge");
  const entity = await table.getEntity("p", "it's");
  assert.strictEqual(entity.n + entity.m, 3);
  const keys = [];
  for await (const each of table.listEntities({ queryOptions: { filter: "n eq 1" } })) keys.push(each.rowKey);
  assert.deepStrictEqual(keys, ["it's"]);
  await table.deleteEntity("p", "it's");
  await table.deleteTable();
  console.log("tables");
}

blobs().then(queues).then(tables).catch((e) => {
  console.error(e);
  process.exit(1);
});
