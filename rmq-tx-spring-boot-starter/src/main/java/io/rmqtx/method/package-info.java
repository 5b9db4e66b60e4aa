/** What the annotations of both sides, sending and consuming, ask of a method, its expressions and its bean. */
@NullMarked
package io.rmqtx.method;

import org.jspecify.annotations.NullMarked;
