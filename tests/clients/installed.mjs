// An installed `interlock mcp`, started as a host starts it: by the stdio transport of the TypeScript SDK. Arguments: the folder with
// node_modules, then the command of the server. Lists the tools, proposes the catalog's example and prints one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [npm, command, ...args] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(npm, 'node_modules/@modelcontextprotocol/sdk/dist/esm', file)));
const { Client } = await load('client/index.js');
const { StdioClientTransport } = await load('client/stdio.js');

const client = new Client({ name: 'installed', version: '1' }, { capabilities: {} });
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
const { tools } = await client.listTools();
const catalog = (await client.callTool({ name: 'describe_catalog', arguments: {} })).structuredContent;
const proposed = (await client.callTool({ name: 'propose_plan', arguments: { body: catalog.example_plan } })).structuredContent;
const server = client.getServerVersion();
await client.close();
console.log(JSON.stringify({ server, tools: tools.map((tool) => tool.name), proposed }));
