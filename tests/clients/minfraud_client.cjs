// MaxMind's own client for Node, with nothing changed but where it calls: prints what it was answered.
const https = require("node:https");
const { Client, Constants, Device, Email, Account, Event, Transaction, TransactionReport } = require("@maxmind/minfraud-api-node");

const [port, account, key] = process.argv.slice(2);
https.globalAgent.defaultPort = Number(port); // the client names a host and no port

async function main() {
  const client = new Client(account, key, 10000, "localhost");
  const transaction = new Transaction({
    account: new Account({ userId: "acct_node" }),
    device: new Device({ ipAddress: "72.224.214.33", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0" }),
    email: new Email({ address: "node.person@gmail.com" }),
    event: new Event({ transactionId: "txn-node", type: Constants.EventType.AccountCreation }),
  });
  const score = await client.score(transaction);
  const insights = await client.insights(transaction);
  const factors = await client.factors(transaction);
  await client.reportTransaction(new TransactionReport({ minfraudId: score.id, tag: Constants.Tag.SPAM_OR_ABUSE, ipAddress: "72.224.214.33" }));
  const refused = await new Client(account, key + "x", 10000, "localhost").score(transaction).catch((error) => error);
  console.log(JSON.stringify({ score, insights, factors, refused: refused.code }));
}

main().catch((error) => { console.error(error); process.exit(1); });
