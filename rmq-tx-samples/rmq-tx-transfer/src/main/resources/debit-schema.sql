CREATE TABLE IF NOT EXISTS account (
  id       VARCHAR(64) NOT NULL PRIMARY KEY,
  balance  DECIMAL(18, 2) NOT NULL
);

CREATE TABLE IF NOT EXISTS transfer (
  id            VARCHAR(64) NOT NULL PRIMARY KEY,
  from_account  VARCHAR(64) NOT NULL,
  to_account    VARCHAR(64) NOT NULL,
  amount        DECIMAL(18, 2) NOT NULL
);
