-- rmq-tx, schema version 1, for MySQL 8.0 and MariaDB 10.6 or later.
-- Can be run again: what exists is left alone. Run it in the business database, by the service's own migration tool or
-- by hand.
--
-- Times are epoch milliseconds by the database's clock, as plain numbers: no session time zone, no daylight saving
-- time and no driver setting can bend them, and every instance of a service compares with the same clock.

CREATE TABLE IF NOT EXISTS rmq_tx_message (
  message_id      VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Given at insert; the order of ordered sending. Never the message id: that one is made by the processes' clocks.
  seq             BIGINT NOT NULL AUTO_INCREMENT,
  application     VARCHAR(255) NOT NULL,
  mode            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Of fixed length, as the times below are without NULL: then marking a row changes it in place. A row that grows is
  -- written anew with its payload, which costs four times the log of the insert.
  status          CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic           VARCHAR(255) NOT NULL,
  tag             VARCHAR(255) NULL,
  message_key     VARCHAR(255) NULL,
  order_key       VARCHAR(255) NULL,
  -- JSON, in a text type: the two databases do not share one for JSON.
  headers         MEDIUMTEXT NULL,
  payload         LONGBLOB NULL,
  -- So that the relay need not read payloads to know how many it can take.
  payload_length  INT NOT NULL DEFAULT 0,
  attempts        INT NOT NULL DEFAULT 0,
  -- When the row is next looked at; of a row that is finished, when it was: one index serves relay and purge.
  next_attempt_at BIGINT NOT NULL,
  -- Who may send the row until next_attempt_at, as a random number of that instance. 0 and below: nobody; what is known.
  lease_owner     BIGINT NOT NULL DEFAULT 0,
  last_error      TEXT NULL,
  -- Stays NOT NULL: an insert that comes too late yields NULL here, which is how the database refuses it.
  created_at      BIGINT NOT NULL,
  -- 0 until it happens.
  published_at    BIGINT NOT NULL DEFAULT 0,
  confirmed_at    BIGINT NOT NULL DEFAULT 0,
  -- When consumers are to get it; 0: at once.
  deliver_at      BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (message_id),
  UNIQUE KEY rmq_tx_message_seq (seq),
  KEY rmq_tx_message_due (status, next_attempt_at),
  KEY rmq_tx_message_order (order_key, status, seq),
  KEY rmq_tx_message_key (message_key),
  -- Without strict mode an insert of several rows turns NULL into 0: refuse that, too.
  CONSTRAINT rmq_tx_message_created CHECK (created_at > 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC;

-- The binary collation makes keys that differ in case different keys.
CREATE TABLE IF NOT EXISTS rmq_tx_consumed (
  consumer_group  VARCHAR(255) NOT NULL,
  idempotency_key VARCHAR(256) NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id      VARCHAR(255) NOT NULL,
  consumed_at     BIGINT NOT NULL,
  PRIMARY KEY (consumer_group, idempotency_key),
  KEY rmq_tx_consumed_age (consumed_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC;

-- One row: the identity of these tables, which half messages carry. The first instance that starts writes it.
CREATE TABLE IF NOT EXISTS rmq_tx_store (
  id              INT NOT NULL,
  store_id        VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  schema_version  INT NOT NULL,
  created_at      BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC;
