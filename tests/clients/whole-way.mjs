// A plan's whole way with the client of the TypeScript SDK, which checks every structured answer against the tool's output
// schema. Arguments: the folder with node_modules, then the command of the server. Prints one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [npm, command, ...args] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(npm, 'node_modules/@modelcontextprotocol/sdk/dist/esm', file)));
const { Client } = await load('client/index.js');
const { StdioClientTransport } = await load('client/stdio.js');
const { ResourceUpdatedNotificationSchema } = await load('types.js');

const client = new Client({ name: 'whole-way', version: '1' }, { capabilities: {} });
const errors = [];
client.onerror = (error) => errors.push(error.message);
const updates = [];
client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => { updates.push(params.uri); });
await client.connect(new StdioClientTransport({ command, args, stderr: 'inherit' }));

const call = async (name, input, options) => (await client.callTool({ name, arguments: input }, undefined, options)).structuredContent;
const { tools } = await client.listTools();
const catalog = await call('describe_catalog', {});
const body = catalog.example_plan;
const checked = await call('check_plan', { body });
const proposed = await call('propose_plan', { body });
const plan_id = proposed.plan_id;
await client.subscribeResource({ uri: `interlock://plans/${plan_id}` });
const early = await call('execute_plan', { plan_id });
console.error(`PROPOSED ${plan_id}`);
let waited = { status: 'proposed' };
while (waited.status === 'proposed') {
  waited = await call('wait_for_plan', { plan_id, seen_status: 'proposed', timeout_seconds: 5 });
}
const progress = [];
const run = await call('execute_plan', { plan_id }, { onprogress: (value) => progress.push(value) });
const again = await call('execute_plan', { plan_id });
const document = await call('get_plan', { plan_id });
const listed = await call('list_plans', { status: 'executed' });
const missing = await client.callTool({ name: 'get_plan', arguments: { plan_id: '00000000-0000-4000-8000-000000000000' } });
const { resources } = await client.listResources();
const read = await client.readResource({ uri: `interlock://plans/${plan_id}` });
const prompt = await client.getPrompt({ name: 'write_plan', arguments: { goal: 'a quiet night' } });
const withdrawn = await call('withdraw_plan', { plan_id: (await call('propose_plan', { body })).plan_id });
await client.close();

console.log(JSON.stringify({
  server: client.getServerVersion(), instructions: client.getInstructions().length, tools: tools.map((tool) => tool.name),
  checked: checked.approvable, early, waited, run, again, document, listed, missing, progress, updates, errors, withdrawn,
  resources: resources.map((resource) => resource.uri), read: JSON.parse(read.contents[0].text).status,
  prompt: prompt.messages[0].content.text.includes('a quiet night'),
}));
