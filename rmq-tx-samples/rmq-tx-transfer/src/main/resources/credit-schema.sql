CREATE TABLE IF NOT EXISTS account (
  id       VARCHAR(64) NOT NULL PRIMARY KEY,
  balance  DECIMAL(18, 2) NOT NULL
);

-- Nothing here makes a transfer unique: that it is credited once is the idempotency key's work alone.
CREATE TABLE IF NOT EXISTS credit (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  transfer_id  VARCHAR(64) NOT NULL,
  account      VARCHAR(64) NOT NULL,
  amount       DECIMAL(18, 2) NOT NULL
);
