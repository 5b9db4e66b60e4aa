CREATE TABLE customer_order (
  id          BIGINT NOT NULL PRIMARY KEY,
  customer    VARCHAR(64) NOT NULL,
  amount      DECIMAL(12, 2) NOT NULL,
  created_at  TIMESTAMP(3) NOT NULL
);

CREATE SEQUENCE order_number START WITH 1001;
