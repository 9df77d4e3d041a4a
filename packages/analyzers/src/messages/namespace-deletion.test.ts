import { describe, expect, it } from 'vitest';
import { parseFailedDiscovery, parseRemainingContent, parseRemainingFinalizers } from './namespace-deletion.ts';

describe('parseFailedDiscovery', () => {
  it.each([
    [
      'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: upload.example.com/v1alpha1: the server is currently unable to handle the request',
      [{ group: 'upload.example.com', version: 'v1alpha1' }],
    ],
    [
      'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: custom.metrics.k8s.io/v1beta1: stale GroupVersion discovery: custom.metrics.k8s.io/v1beta1, a.example.com/v1: Get "https://10.0.0.9:443/apis/a.example.com/v1": EOF',
      [
        { group: 'custom.metrics.k8s.io', version: 'v1beta1' },
        { group: 'a.example.com', version: 'v1' },
      ],
    ],
    ['All resources successfully discovered', []],
  ])('%s', (message, expected) => {
    expect(parseFailedDiscovery(message)).toEqual(expected);
  });
});

describe('parseRemainingContent', () => {
  it.each([
    [
      'Some resources are remaining: certificates.cert-manager.io has 2 resource instances, services. has 1 resource instances',
      [
        { resource: 'certificates', group: 'cert-manager.io', count: 2 },
        { resource: 'services', group: '', count: 1 },
      ],
    ],
    ['All content successfully removed', []],
  ])('%s', (message, expected) => {
    expect(parseRemainingContent(message)).toEqual(expected);
  });
});

describe('parseRemainingFinalizers', () => {
  it.each([
    [
      'Some content in the namespace has finalizers remaining: finalizer.example.com/lamp in 2 resource instances, service-catalog in 6 resource instances',
      [
        { finalizer: 'finalizer.example.com/lamp', count: 2 },
        { finalizer: 'service-catalog', count: 6 },
      ],
    ],
    ['All content-preserving finalizers finished', []],
  ])('%s', (message, expected) => {
    expect(parseRemainingFinalizers(message)).toEqual(expected);
  });
});
