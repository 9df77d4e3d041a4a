export { FAULT_KINDS } from './faults.ts';
export { type Fault, type FaultKind, type Json, type ServerPlan, type User } from './plan.ts';
export { startFaultServer, type FaultServer, type LoggedRequest } from './server.ts';
export { fakeApi, type FakeApi } from './api.ts';
export { type Reply, type WireFault } from './reply.ts';
export { type ApiRequest } from './request.ts';
export { makeAuthority, type Authority, type Issued, type Subject } from './certificate.ts';
