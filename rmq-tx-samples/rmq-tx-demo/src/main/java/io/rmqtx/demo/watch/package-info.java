/** What the demo adds round the two services: the faults, the timeline, the page. */
@NullMarked
package io.rmqtx.demo.watch;

import org.jspecify.annotations.NullMarked;
