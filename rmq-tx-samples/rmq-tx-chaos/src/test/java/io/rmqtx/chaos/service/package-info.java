/** What runs inside a service's process: hooks round the starter's ports, and the commands of the test. */
@NullMarked
package io.rmqtx.chaos.service;

import org.jspecify.annotations.NullMarked;
