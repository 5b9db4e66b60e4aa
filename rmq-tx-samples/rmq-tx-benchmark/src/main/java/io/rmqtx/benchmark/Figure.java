package io.rmqtx.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is told of a run. Processor times are of all that a run causes, until everything is delivered and marked. */
enum Figure {
    /** Calls by the time from the first one's start to the last one's end. */
    @JsonProperty("callsPerSecond")
    CALLS("calls/s", 0),

    /** Messages by the time until consumers can see the last one. */
    @JsonProperty("deliveredPerSecond")
    DELIVERED("delivered/s", 0),

    /** Half of what was timed took at most so long. */
    @JsonProperty("p50Millis")
    P50("p50 ms", 2),

    /** 99 % of what was timed took at most so long. */
    @JsonProperty("p99Millis")
    P99("p99 ms", 2),

    /** Processor seconds of the contender's process per 1000 messages. */
    @JsonProperty("cpuOfProgramPer1000")
    CPU_PROGRAM("CPU program", 3),

    /** The same, of the database. */
    @JsonProperty("cpuOfDatabasePer1000")
    CPU_DATABASE("CPU database", 3),

    /** The same, of the broker. */
    @JsonProperty("cpuOfBrokerPer1000")
    CPU_BROKER("CPU broker", 3),

    /** The same, of the three together. */
    @JsonProperty("cpuPer1000")
    CPU("CPU", 3),

    /** The part of the machine's processors that others used meanwhile; nothing to compare contenders by. */
    @JsonProperty("othersCpuPercent")
    OTHERS("others' CPU %", 0);

    private final String title;
    private final int decimals;

    Figure(String title, int decimals) {
        this.title = title;
        this.decimals = decimals;
    }

    String title() {
        return title;
    }

    int decimals() {
        return decimals;
    }
}
