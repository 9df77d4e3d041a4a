import { describe, expect, it } from 'vitest';
import { parseConversionFailure } from './conversion-failure.ts';

describe('parseConversionFailure', () => {
  it.each([
    [
      'Failed to load live state: failed to load initial state of resource Lamp.light.example.com: conversion webhook for light.example.com/v1beta1, Kind=Lamp failed: Post "https://lamps.kube-system.svc:8443/conversion?timeout=30s": service "lamps" not found',
      {
        group: 'light.example.com',
        kind: 'Lamp',
        error: 'Post "https://lamps.kube-system.svc:8443/conversion?timeout=30s": service "lamps" not found',
      },
    ],
    [
      'conversion webhook for light.example.com/v1, Kind=LampList failed: EOF',
      { group: 'light.example.com', kind: 'Lamp', error: 'EOF' },
    ],
    ['failed calling webhook "lamps.example.com": EOF', undefined],
  ])('%s', (message, expected) => {
    expect(parseConversionFailure(message)).toEqual(expected);
  });
});
