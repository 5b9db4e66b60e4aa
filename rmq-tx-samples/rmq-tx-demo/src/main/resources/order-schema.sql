CREATE TABLE customer_order (
  id          BIGINT NOT NULL PRIMARY KEY,
  customer    VARCHAR(64) NOT NULL,
  amount      DECIMAL(12, 2) NOT NULL,
  created_at  TIMESTAMP(3) NOT NULL
);

CREATE SEQUENCE order_number START WITH 1001;

CREATE TABLE parcel (
  customer  VARCHAR(64) NOT NULL PRIMARY KEY,
  step      INT NOT NULL
);

INSERT INTO parcel (customer, step) VALUES ('ada', 0), ('grace', 0);
