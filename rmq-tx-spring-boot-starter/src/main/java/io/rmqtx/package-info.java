/** What a service uses: the annotations, the types they mention, and the exceptions. */
@NullMarked
package io.rmqtx;

import org.jspecify.annotations.NullMarked;
