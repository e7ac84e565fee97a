// Stands for `interlock mcp` where a client insists on starting a process: joins its standard streams to a Unix socket,
// on which a test serves the agent's surface with a world of its own.
import net from 'node:net';

const socket = net.connect(process.argv[2]);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on('error', (error) => { console.error(error.message); process.exit(1); });
socket.on('close', () => process.exit(0));
