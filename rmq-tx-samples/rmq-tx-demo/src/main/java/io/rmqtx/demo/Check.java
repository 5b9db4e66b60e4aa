package io.rmqtx.demo;

/**
 * One line of the self-check.
 *
 * @param fate which of the fates
 * @param what what must be so
 * @param ok whether it is
 * @param found what was found
 */
record Check(String fate, String what, boolean ok, String found) {}
