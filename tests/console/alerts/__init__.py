"""Tests of console.alerts."""
