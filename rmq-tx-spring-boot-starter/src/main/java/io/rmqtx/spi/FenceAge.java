package io.rmqtx.spi;

import java.time.Duration;

/** How long fences must be kept: as long as a call that they shut out could still try to commit. */
@FunctionalInterface
public interface FenceAge {

    /** At least so long. */
    Duration atLeast();
}
