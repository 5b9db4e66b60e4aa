package io.rmqtx.cluster;

/** What is sent. The id says what becomes of it. */
record Sale(String id) {}
