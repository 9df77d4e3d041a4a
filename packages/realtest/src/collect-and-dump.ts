import { homedir } from 'node:os';
import { writeHeapSnapshot } from 'node:v8';
import { collectSnapshot, connect } from '@kroot/cluster';
import { READ_KINDS } from './grants.ts';

// A process that collects a namespace live, prints what it knows of the Secrets there, and writes all that it holds in
// memory to a file: `collect-and-dump KUBECONFIG NAMESPACE HEAP-FILE`.

const [kubeconfig = '', namespace = '', heapFile = ''] = process.argv.slice(2);
const connection = await connect(
  { kubeconfig },
  {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    stderr: process.stderr,
    interactive: false,
    version: 'realtest',
  },
);
const collected = await collectSnapshot(connection, { kinds: READ_KINDS, namespace });
writeHeapSnapshot(heapFile);
const secrets = collected.snapshot.list('Secret', namespace).map(({ metadata, type, dataKeys }) => ({
  name: metadata.name,
  type,
  dataKeys,
}));
process.stdout.write(JSON.stringify({ secrets, snapshot: collected.objects }));
await connection.transport.close();
