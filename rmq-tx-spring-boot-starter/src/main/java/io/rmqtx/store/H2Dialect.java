package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StoreDialect;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** H2 2.x in any of its modes, for development and tests. */
final class H2Dialect implements StoreDialect {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,6})");

    private static final int[] OLDEST = {2, 3, 230};

    @Override
    public boolean supports(String databaseProductName) {
        return databaseProductName.equals("H2");
    }

    /** UUIDs of version 7 came with 2.3.230. */
    @Override
    public void checkVersion(String databaseProductVersion) {
        Matcher version = VERSION.matcher(databaseProductVersion);
        if (version.lookingAt()) {
            int[] found = IntStream.rangeClosed(1, 3)
                    .map(part -> Integer.parseInt(version.group(part)))
                    .toArray();
            if (Arrays.compare(found, OLDEST) < 0) {
                throw new RmqTxConfigurationException(
                        "The database is H2 " + version.group() + ", but rmq-tx needs H2 2.3.230 or newer.",
                        "Use a newer com.h2database:h2; the one that Spring Boot manages is new enough. A database file of"
                                + " an older version may have to be exported and imported.");
            }
        }
    }

    @Override
    public String name() {
        return "h2";
    }

    /**
     * The time in a fresh UUID of version 7, which begins with it. Not CURRENT_TIMESTAMP: in H2, too, that one stands
     * still while a transaction runs. Not EXECUTING_STATEMENT_START: the view that has it reads the transactions of all
     * sessions, and fails with a NullPointerException when one of them ends meanwhile (2.3.232, 2.4.240).
     */
    @Override
    public String currentEpochMillis() {
        return "CAST(X'0000' || SUBSTRING(CAST(RANDOM_UUID(7) AS VARBINARY(16)) FROM 1 FOR 6) AS BIGINT)";
    }

    @Override
    public String fromNothing() {
        return "";
    }

    @Override
    public String onDuplicateDoNothing() {
        return "";
    }

    @Override
    public boolean failedStatementEndsTransaction() {
        return false;
    }

    @Override
    public boolean waitedInsertBlocksOtherKeys() {
        return false;
    }
}
