import { describe, expect, test } from 'vitest';
import { logFileType, logsOfFile } from './log-layouts.ts';

describe('logsOfFile', () => {
  test.each([
    ['mg/namespaces/shop/pods/api-1/api/api/logs/previous.log', 'api-1', 'api', true],
    ['mg/namespaces/shop/pods/api-1/api/api/logs/current.log', 'api-1', 'api', false],
    ['sb/cluster-resources/pods/logs/shop/api-1/api.log', 'api-1', 'api', false],
    ['sb/cluster-resources/pods/logs/shop/api-1/api-previous.log', 'api-1', 'api', true],
    ['results/podlogs/shop/api-1/logs/api.txt', 'api-1', 'api', false],
    [String.raw`c:\mg\namespaces\shop\pods\api-1\api\api\logs\current.log`, 'api-1', 'api', false],
  ])('%s', (path, pod, container, previous) => {
    expect(logFileType(path)).toBe('container');
    expect(logsOfFile(path, Buffer.from('gone\n'))).toEqual([
      {
        apiVersion: 'kroot.dev/v1',
        kind: 'ContainerLog',
        metadata: { namespace: 'shop', name: `${pod}.${container}${previous ? ':previous' : ''}` },
        spec: { pod, container, previous, lines: ['gone'] },
      },
    ]);
  });

  test('a dump of cluster-info holds all containers of a pod in one file', () => {
    const text = [
      '==== START logs for container init of pod shop/api-1 ====',
      'done',
      '==== END logs for container init of pod shop/api-1 ====',
      '==== START logs for container api of pod shop/api-1 ====',
      'one',
      'two',
      '==== END logs for container api of pod shop/api-1 ====',
      '',
    ].join('\n');
    const logs = logsOfFile('dump/shop/api-1/logs.txt', Buffer.from(text)) ?? [];
    expect(logs.map(({ spec }) => [spec.container, spec.lines])).toEqual([
      ['init', ['done']],
      ['api', ['one', 'two']],
    ]);
  });

  test.each(['notes/pods.txt', 'namespaces/shop/pods/api-1/api-1.yaml', 'kubelet.log'])('%s is none', (path) => {
    expect(logFileType(path)).toBeUndefined();
    expect(logsOfFile(path, Buffer.from('x'))).toBeUndefined();
  });
});
