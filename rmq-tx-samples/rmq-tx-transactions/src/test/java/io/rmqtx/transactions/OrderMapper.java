package io.rmqtx.transactions;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import org.apache.ibatis.annotations.Mapper;

/** MyBatis-Plus's way to the orders. */
@Mapper
interface OrderMapper extends BaseMapper<OrderRow> {}
