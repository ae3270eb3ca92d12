"""What decisioning may read: publications as values. Pure; where the bytes lie is a store's business."""
