package io.rmqtx.demo.order;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The order service. */
@SpringBootApplication
public class OrderServiceApplication {}
