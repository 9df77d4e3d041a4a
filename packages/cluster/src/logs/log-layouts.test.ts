import { describe, expect, test } from 'vitest';
import { containerLogs, isLogFile, logFileType } from './log-layouts.ts';

describe('containerLogs', () => {
  test.each([
    ['mg/namespaces/shop/pods/api-1/api/api/logs/previous.log', 'api-1', 'api', true],
    ['mg/namespaces/shop/pods/api-1/api/api/logs/current.log', 'api-1', 'api', false],
    ['sb/cluster-resources/pods/logs/shop/api-1/api.log', 'api-1', 'api', false],
    ['sb/cluster-resources/pods/logs/shop/api-1/api-previous.log', 'api-1', 'api', true],
    ['results/podlogs/shop/api-1/logs/api.txt', 'api-1', 'api', false],
    [String.raw`c:\mg\namespaces\shop\pods\api-1\api\api\logs\current.log`, 'api-1', 'api', false],
  ])('%s', (path, pod, container, previous) => {
    expect(logFileType(path)).toBe('container');
    expect(containerLogs(path, Buffer.from('gone\n'))).toEqual([
      {
        apiVersion: 'kroot.dev/v1',
        kind: 'ContainerLog',
        metadata: { namespace: 'shop', name: `${pod}.${container}${previous ? ':previous' : ''}` },
        spec: { pod, container, previous, lines: ['gone'] },
      },
    ]);
  });

  test('a dump of cluster-info holds all containers of a pod in one file', () => {
    expect(logFileType('dump/shop/api-1/logs.txt')).toBe('pod');
  });

  test.each([
    'mg/must-gather.logs',
    'mg/quay-io/gather.logs',
    'mg/quay-io/audit_logs/kube-apiserver/m0-audit.log.gz',
    'mg/quay-io/namespaces/shop/pods/api-1/api/api/logs/previous.insecure.log',
  ])('%s is one that is not read', (path) => {
    expect(isLogFile(path)).toBe(true);
    expect(logFileType(path)).toBeUndefined();
  });

  test.each(['notes/pods.txt', 'namespaces/shop/pods/api-1/api-1.yaml', 'kubelet.log'])('%s is none', (path) => {
    expect(logFileType(path)).toBeUndefined();
    expect(isLogFile(path)).toBe(false);
    expect(containerLogs(path, Buffer.from('x'))).toEqual([]);
  });
});
