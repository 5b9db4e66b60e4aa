package io.rmqtx.consumer;

import org.jspecify.annotations.Nullable;

/** What is written once. */
record Entry(@Nullable String id) {}
